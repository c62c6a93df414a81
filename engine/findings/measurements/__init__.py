"""What a note measures: growth in words, vital signs and laboratory values with their units."""
