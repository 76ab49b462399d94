"""bench/idle: what the server costs while no message is sent."""
