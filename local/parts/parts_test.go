package parts

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestMissingToolIsOneLineThatSaysHowToGetIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := DynamoDB{Local: "..", Log: filepath.Join(t.TempDir(), "log")}.Start(context.Background())
	var missing *MissingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "Java") || !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("without Java: %v", err)
	}
	if _, err := (SES{Local: "..", Log: filepath.Join(t.TempDir(), "log")}).Start(context.Background()); !errors.As(err, &missing) || strings.Contains(err.Error(), "\n") {
		t.Errorf("without Node: %v", err)
	}
}

func TestDownloadThatFailsLeavesNothingThatLooksWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "part")
	err := fetch(dir, "part", func(dir string) *exec.Cmd {
		return exec.Command("sh", "-c", "echo half > '"+dir+"/half'; echo cut off >&2; exit 1")
	})
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want one line", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is there after a failed download: %v", err)
	}
}

func TestPartThatEndsAtOnceSaysWhy(t *testing.T) {
	_, err := start(context.Background(), "the part", "http://127.0.0.1:1", filepath.Join(t.TempDir(), "log"), exec.Command("sh", "-c", "echo no room left; exit 3"))
	if err == nil || !strings.Contains(err.Error(), "no room left") {
		t.Errorf("got %v, want its last words", err)
	}
}

func TestStoppedPartIsGone(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3 is not here: apt-get install python3")
		}
		t.Skip("python3 is not here: apt-get install python3")
	}
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	url := "http://127.0.0.1:" + strconv.Itoa(port)
	p, err := start(context.Background(), "a server", url, filepath.Join(t.TempDir(), "log"), exec.Command("python3", "-m", "http.server", "--bind", "127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	p.Stop()
	if resp, err := http.Get(url); err == nil {
		_ = resp.Body.Close()
		t.Error("it still answers")
	}
}
