"""What implementers and users test with."""
