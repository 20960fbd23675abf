package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheTranscriptInTheREADMEEndsInAVerifiedLogin(t *testing.T) {
	out := runScript(t, Start(t), transcript(t))
	lines := strings.Split(strings.TrimSpace(out), "\n")
	last := lines[len(lines)-1]
	if !strings.Contains(last, `"user":"jane"`) || !strings.Contains(last, `"acr":"2fa"`) {
		t.Errorf("the transcript ended with:\n%s", out)
	}
}

// runScript runs shell commands that were written for the project's folder
// and a stack of "make run", on w, and returns what they print.
func runScript(t *testing.T, w *World, script string) string {
	t.Helper()
	for _, command := range []string{"bash", "curl", "oathtool"} {
		if _, err := exec.LookPath(command); err != nil && os.Getenv("CI") != "true" {
			t.Skip("apt-get install " + command)
		}
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "local"), 0o700); err != nil {
		t.Fatal(err)
	}
	docs, err := filepath.Abs("../../docs")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"local/.state": w.State, "docs": docs} {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// transcript is the first block of shell commands in the README, as it
// stands.
func transcript(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n```sh\n")
	block, _, ended := strings.Cut(after, "\n```\n")
	if !found || !ended {
		t.Fatal("the README has no block of shell commands")
	}
	return block
}
