"""What holds for all tests."""

from hypothesis import settings

# A test says what comes out, not how long it takes: on a busy machine the first example alone takes a while.
settings.register_profile("whatever it takes", deadline=None)
settings.load_profile("whatever it takes")
