"""The servers that are compared: Linger, durable and on tmpfs, nchan, Django, a bare epoll loop."""

from lib.side_by_side.candidates.bare_loop import BareLoop
from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.candidates.django_chat import DjangoChat
from lib.side_by_side.candidates.linger_candidates import DurableLinger, LingerOnTmpfs
from lib.side_by_side.candidates.nchan import Nchan

CANDIDATES: list[type[Candidate]] = [DurableLinger, LingerOnTmpfs, Nchan, DjangoChat, BareLoop]
