"""Parsing of files that anybody may have made, in a process with limits of memory and time."""
