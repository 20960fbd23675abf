package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheTranscriptInTheREADMEEndsInAVerifiedLogin(t *testing.T) {
	for _, command := range []string{"bash", "curl", "oathtool"} {
		if _, err := exec.LookPath(command); err != nil && os.Getenv("CI") != "true" {
			t.Skip("apt-get install " + command)
		}
	}
	w := Start(t)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "local"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(w.State, filepath.Join(folder, "local", ".state")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", transcript(t))
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last := lines[len(lines)-1]
	if !strings.Contains(last, `"user":"jane"`) || !strings.Contains(last, `"acr":"2fa"`) {
		t.Errorf("the transcript ended with:\n%s", out)
	}
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
