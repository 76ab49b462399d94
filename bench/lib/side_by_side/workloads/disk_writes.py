"""The workload flash: what each message writes to the disk, by which flash memory wears out."""

from __future__ import annotations

from lib.measure import process_stats
from lib.measure.failure import Failure
from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.candidates.linger_candidates import DurableLinger
from lib.side_by_side.population import FULL_PUBLISHERS, Population
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads.core_time_samples import AddFigure
from lib.side_by_side.workloads.open_loop_sender import OpenLoopSender

MESSAGES_PER_S, TEXT_BYTES = 100, 200
WARM_UP_S = 1
COMMIT_WINDOWS_MS = (0, 100)


def flash(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """Bytes written per acknowledged message at a steady rate, for each commit window."""
    for window_ms in COMMIT_WINDOWS_MS:
        linger = DurableLinger(settings, window_ms)
        with linger.running(Population(settings.subscribers, FULL_PUBLISHERS)) as server:
            assert server.accounts is not None
            with OpenLoopSender(server.port, server.accounts, TEXT_BYTES) as sender:
                # Afterwards sessions and pages have been used once.
                sender.send(MESSAGES_PER_S, WARM_UP_S)
                before = process_stats.bytes_written(server.pid)
                messages = sender.send(MESSAGES_PER_S, settings.flash_seconds)
                written = process_stats.bytes_written(server.pid) - before
        if not written:
            raise Failure(f"the file system of {settings.disk.parent} counts no written bytes")
        add(f"flash-{window_ms}", written / messages / 1000)
