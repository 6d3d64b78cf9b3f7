package store

import (
	"syscall"

	bolt "go.etcd.io/bbolt"
)

// unmap gives back the pages of the database that were looked at: the kernel maps them
// again when they are wanted (madvise(2), MADV_DONTNEED on a shared file mapping), and
// until then they do not count as this program's memory. After a start, which looks for
// the free ones, and a commit these are all of them. A kernel that refuses does no harm.
func unmap(tx *bolt.Tx) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, tx.DB().Info().Data, uintptr(tx.Size()), syscall.MADV_DONTNEED)
}
