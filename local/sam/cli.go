package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// samCLI is where local/sam/run puts the SAM CLI.
const samCLI = "local/.tools/sam/bin/sam"

// region is any region: nothing here reaches AWS.
const region = "eu-central-1"

// cli prepares a call of the SAM CLI. Its environment is cleaned of what would
// win over the settings in envFile: the shell's variables beat that file.
func cli(ctx context.Context, envFile string, args ...string) *exec.Cmd {
	args = append(args, "--config-env", "local", "--env-vars", envFile, "--skip-pull-image")
	cmd := exec.CommandContext(ctx, samCLI, args...)
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AWS_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	cmd.Env = append(cmd.Env, "SAM_CLI_TELEMETRY=0", "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
	return cmd
}

// server is a SAM CLI that serves.
type server struct {
	url  string
	cmd  *exec.Cmd
	done chan struct{}
}

// startServer runs "sam local start-api" or "start-lambda" and waits until it
// listens.
func startServer(ctx context.Context, what, envFile, log string, port int) (*server, error) {
	output, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	// Not bound to ctx: stop ends it, so that it removes its containers.
	cmd := cli(context.WithoutCancel(ctx), envFile, "local", what, "--host", "127.0.0.1",
		"--port", strconv.Itoa(port), "--warm-containers", "LAZY")
	cmd.Stdout, cmd.Stderr = output, output
	// Ctrl-C must reach this program alone, which then stops all in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the SAM CLI cannot be started: %w", err)
	}
	s := &server{url: "http://127.0.0.1:" + strconv.Itoa(port), cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is told by its log
		close(s.done)
	}()
	if err := s.wait(ctx, port); err != nil {
		s.stop()
		return nil, fmt.Errorf("sam local %s: %w; see %s", what, err, log)
	}
	return s, nil
}

// wait returns when something listens on the port.
func (s *server) wait(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		connection, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return connection.Close()
		}
		select {
		case <-s.done:
			return fmt.Errorf("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("it does not listen")
		case <-tick.C:
		}
	}
}

// stop ends the server as Ctrl-C would, and then by force.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-s.done:
	case <-time.After(15 * time.Second):
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		<-s.done
	}
}

// client waits longer than any function may take, a cold container included.
var client = &http.Client{Timeout: 90 * time.Second}

// removeContainers removes what a SAM CLI that was killed left behind: the
// containers that have this checkout's build mounted.
func removeContainers() {
	build, err := filepath.Abs(".aws-sam/build")
	if err != nil {
		return
	}
	entries, err := os.ReadDir(build)
	if err != nil {
		return
	}
	for _, entry := range entries {
		out, err := exec.Command("docker", "ps", "-aq", "--filter", "volume="+filepath.Join(build, entry.Name())).Output()
		if ids := strings.Fields(string(out)); err == nil && len(ids) > 0 {
			_ = exec.Command("docker", append([]string{"rm", "-f"}, ids...)...).Run()
		}
	}
}
