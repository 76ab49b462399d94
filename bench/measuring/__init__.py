"""What all measuring commands need: programs on cores of their own, people, what /proc says."""
