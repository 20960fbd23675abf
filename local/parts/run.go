package parts

import (
	"context"
	"os/exec"
)

// Run runs any other program that serves HTTP as a part: its output goes to a
// log file, it is started when url answers anything at all, and it ends with
// this process. name stands in errors.
func Run(ctx context.Context, name, url, log string, cmd *exec.Cmd) (*Process, error) {
	return start(ctx, name, url, log, cmd)
}
