"""What the desk is told: gaps in the documents, figures over time, what is out of date."""
