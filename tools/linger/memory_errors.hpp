#pragma once

namespace lingerd {

// Makes a failure of a mapped file a line on stderr and exit code 1, instead of a death by SIGBUS
// without a word: a page of the database that the disk cannot read, a file that was cut short while
// it was open, a full file system that has no room for a page of the lock file.
void report_memory_errors();

}  // namespace lingerd
