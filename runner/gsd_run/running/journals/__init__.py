"""What a run leaves on disk: its journal under one lock, carried elsewhere and back."""
