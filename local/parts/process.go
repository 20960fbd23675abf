package parts

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// startLimit is how long a part may take until it answers.
const startLimit = 40 * time.Second

// stopLimit is how long a part may take to end when asked to.
const stopLimit = 5 * time.Second

// Process is a part that runs.
type Process struct {
	// URL is where it answers.
	URL string

	name string
	log  string
	cmd  *exec.Cmd
	// exited is closed when the process has ended.
	exited chan struct{}
}

// start runs a command whose output goes to a log file, and waits until url
// answers anything at all.
func start(ctx context.Context, name, url, log string, cmd *exec.Cmd) (*Process, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close() }()
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = attributes()
	p := &Process{URL: url, name: name, log: log, cmd: cmd, exited: make(chan struct{})}
	if err := p.run(); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", name, err)
	}
	if err := p.wait(ctx); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// run starts the process on a thread that lives as long as the process does:
// the signal that ends an orphan is sent when its parent's thread ends.
func (p *Process) run() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			// How it ended is told by its log.
			_ = p.cmd.Wait()
			close(p.exited)
		}
	}()
	return <-started
}

// wait returns when the part answers, and says why when it does not.
func (p *Process) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if answers(ctx, p.URL) {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended at once: %s", p.name, p.lastLine())
		case <-ctx.Done():
			return fmt.Errorf("%s did not answer within %v; its log is %s", p.name, startLimit, p.log)
		case <-tick.C:
		}
	}
}

// answers reports whether any HTTP status comes back: DynamoDB Local answers
// 400 to a plain GET.
func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return true
}

// lastLine is what the part said last.
func (p *Process) lastLine() string {
	text, err := os.ReadFile(p.log)
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return "it said nothing"
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// Exited is closed when the part has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Stop ends the part: politely, then not.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(stopLimit):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// FreePort finds a port on 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// MissingError says that the machine lacks a tool, and how to get it.
type MissingError struct{ Tool, Get string }

// Error implements error, in one line.
func (e *MissingError) Error() string { return e.Tool + " is missing; get it with: " + e.Get }

// tool finds a command.
func tool(command, name, get string) (string, error) {
	path, err := exec.LookPath(command)
	if err != nil {
		return "", &MissingError{name, get}
	}
	return path, nil
}

// fetch runs a download into a folder beside dir and moves it into place when
// it is whole, so that one that was cut short is never taken for a good one.
// The work function gets the folder to fill.
func fetch(dir, name string, work func(dir string) *exec.Cmd) error {
	partial := dir + ".part"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	if err := os.MkdirAll(partial, 0o750); err != nil {
		return err
	}
	if out, err := work(partial).CombinedOutput(); err != nil {
		log := filepath.Join(filepath.Dir(dir), name+".log")
		_ = os.WriteFile(log, out, 0o600)
		return fmt.Errorf("%s could not be fetched (%w); the whole story is in %s", name, err, log)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(partial, dir)
}
