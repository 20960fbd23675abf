package state

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFolderBelongsToOneStackAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrInUse) {
		t.Fatalf("a second stack got %v, want ErrInUse", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Open(path)
	if err != nil {
		t.Fatalf("after the first one ended: %v", err)
	}
	_ = second.Close()
}

func TestEnvCanBeReadByAShellAndByNobodyElse(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.WriteEnv("SALLYPORT_URL", "http://127.0.0.1:3000", "INBOX_URL", "http://127.0.0.1:3001"); err != nil {
		t.Fatal(err)
	}
	text, err := d.Read("env")
	if err != nil {
		t.Fatal(err)
	}
	if want := "SALLYPORT_URL=http://127.0.0.1:3000\nINBOX_URL=http://127.0.0.1:3001"; text != want {
		t.Errorf("env is %q, want %q", text, want)
	}
	info, err := os.Stat(d.Path("env"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("env has mode %v, want 0600", info.Mode().Perm())
	}
}

func TestMissingFileReadsAsNothing(t *testing.T) {
	d, err := Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if text, err := d.Read("api-key"); text != "" || err != nil {
		t.Errorf("got %q, %v; want nothing", text, err)
	}
}
