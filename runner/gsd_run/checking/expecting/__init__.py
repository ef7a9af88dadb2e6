"""What a plan's words ask of what its commands show."""
