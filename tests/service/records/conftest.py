"""No deadline for the single examples of property tests: under load any example is slow; pytest's time-out is the limit."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
