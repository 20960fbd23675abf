package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// SES says how to run aws-ses-v2-local.
type SES struct {
	// Local is the folder local/ of the project.
	Local string
	// Port is where it listens on 127.0.0.1; 0 takes a free one.
	Port int
	// Log is the file for its output.
	Log string
}

// Start fetches aws-ses-v2-local where it is missing and runs it. It keeps
// its mails in memory only.
func (s SES) Start(ctx context.Context) (*Process, error) {
	node, err := tool("node", "Node 20", getNode)
	if err != nil {
		return nil, err
	}
	modules, err := FetchSES(ctx, s.Local)
	if err != nil {
		return nil, err
	}
	if s.Port == 0 {
		if s.Port, err = FreePort(); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(node, filepath.Join(modules, "aws-ses-v2-local", "dist", "cli.js"),
		"--host", "127.0.0.1", "--port", strconv.Itoa(s.Port))
	return start(ctx, "aws-ses-v2-local", fmt.Sprintf("http://127.0.0.1:%d", s.Port), s.Log, cmd)
}

// FetchSES fetches aws-ses-v2-local into local/.tools, at exactly the
// versions of local/package-lock.json, and returns the folder with its
// modules.
func FetchSES(ctx context.Context, local string) (modules string, err error) {
	dir := filepath.Join(local, ".tools", "ses")
	modules = filepath.Join(dir, "node_modules")
	lock, err := os.ReadFile(filepath.Join(local, "package-lock.json"))
	if err != nil {
		return "", err
	}
	if have, err := os.ReadFile(filepath.Join(dir, "package-lock.json")); err == nil && string(have) == string(lock) {
		return filepath.Abs(modules)
	}
	npm, err := tool("npm", "Node 20 with npm", getNode)
	if err != nil {
		return "", err
	}
	manifest, err := os.ReadFile(filepath.Join(local, "package.json"))
	if err != nil {
		return "", err
	}
	var prepared error
	err = fetch(dir, "ses", func(dir string) *exec.Cmd {
		prepared = os.WriteFile(filepath.Join(dir, "package.json"), manifest, 0o600)
		if prepared == nil {
			prepared = os.WriteFile(filepath.Join(dir, "package-lock.json"), lock, 0o600)
		}
		return exec.CommandContext(ctx, npm, "ci", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts")
	})
	if prepared != nil {
		return "", prepared
	}
	if err != nil {
		return "", err
	}
	return filepath.Abs(modules)
}
