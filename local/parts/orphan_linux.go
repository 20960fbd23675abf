package parts

import "syscall"

// attributes puts a part into a process group of its own, so that Ctrl-C
// reaches only the stack (which then stops its parts in order), and ends it
// when the stack dies without a chance to.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
