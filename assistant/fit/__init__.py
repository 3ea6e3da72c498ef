"""Whether money or help fits the one who asks: who that is, what the sources require, what comes next."""
