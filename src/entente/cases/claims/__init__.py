"""Claims for asylum: read, decided by an accord's allocations, and answered one by one."""
