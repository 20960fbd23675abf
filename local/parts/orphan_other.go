//go:build unix && !linux

package parts

import "syscall"

// attributes puts a part into a process group of its own. Only Linux can end
// it together with a stack that was killed; elsewhere the next start finds
// its port taken and says so.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
