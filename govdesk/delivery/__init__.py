"""What leaves the building: letters, and the ways they go."""
