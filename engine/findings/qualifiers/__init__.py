"""Side, severity, course and onset of a finding, as HPO's clinical modifiers."""
