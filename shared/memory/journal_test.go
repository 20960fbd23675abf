package memory

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

func TestAFileGivesBackStateFeedAndPosition(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	store := open(t, path)
	ada, bob := someone("ada"), someone("bob")
	for _, record := range []*twofactor.Auth{ada, ada, bob} {
		if err := put(t, store, record); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{bob}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Ack(2); err != nil {
		t.Fatal(err)
	}
	// The store is left as a kill leaves it, without Close, and opened twice:
	// once from the journal, once from what the first opening rewrote.
	for range 2 {
		store = open(t, path)
		if got := stored(t, store, "ada", false); got == nil || got.Version != 2 || got.EventID != "e" {
			t.Errorf("ada came back as %+v", got)
		}
		if stored(t, store, "bob", false) != nil {
			t.Error("bob was deleted and came back")
		}
		feed := store.Feed(0, 9)
		if len(feed) != 2 || feed[0].Seq != 3 || feed[0].Event == nil || feed[1].New != nil || store.Acked() != 2 {
			t.Fatalf("the feed came back as %+v, acked %d", feed, store.Acked())
		}
	}
	if err := put(t, store, ada); err != nil {
		t.Fatal(err)
	}
	if feed := store.Feed(4, 9); len(feed) != 1 || feed[0].Seq != 5 {
		t.Errorf("the feed goes on with %+v", feed)
	}
	if err := store.Ack(5); err != nil {
		t.Fatal(err)
	}
	store = open(t, path)
	if err := put(t, store, someone("carl")); err != nil {
		t.Fatal(err)
	}
	if feed := store.Feed(0, 9); len(feed) != 1 || feed[0].Seq != 6 {
		t.Errorf("after everything was handled the feed goes on with %+v", feed)
	}
}

func TestEveryKindOfRecordSurvivesInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	store := open(t, path)
	var samples []twofactor.Record
	for _, kind := range storetest.Kinds() {
		samples = append(samples, storetest.Sample(kind, "acme"))
	}
	if err := put(t, store, samples...); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		want := store.records
		store = open(t, path)
		for key, record := range want {
			if got := store.records[key]; !reflect.DeepEqual(got, record) {
				t.Errorf("%s came back changed", key.Kind)
			}
		}
	}
}

func TestATornLastLineIsDropped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	store := open(t, path)
	if err := put(t, store, someone("ada")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := put(t, store, someone("bob")); err != nil {
		t.Fatal(err)
	}
	longer, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{len(whole), len(whole) + 1, len(whole) + 30, len(longer) - 1} {
		if err := os.WriteFile(path, longer[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		reopened := open(t, path)
		if stored(t, reopened, "ada", false) == nil || stored(t, reopened, "bob", false) != nil {
			t.Errorf("cut at %d: ada lost or bob there", cut)
		}
		if err := put(t, reopened, someone("bob")); err != nil {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestABrokenFileGivesOneClearErrorAndIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	store := open(t, path)
	for _, name := range []string{"ada", "bob"} {
		if err := put(t, store, someone(name)); err != nil {
			t.Fatal(err)
		}
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, text := range map[string][]byte{
		"a flipped bit": flipped, "another file": []byte("{\"a\": 1}\n"), "a missing start": good[9:],
	} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one line that names the file", name, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, text) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// TestMain lets the test binary play a process that is killed while it writes.
func TestMain(m *testing.M) {
	if path := os.Getenv("MEMORY_TEST_WRITE_FOREVER"); path != "" {
		writeForever(path)
	}
	os.Exit(m.Run())
}

func writeForever(path string) {
	store, err := Open(path)
	if err != nil {
		os.Exit(1)
	}
	record := someone("ada")
	for {
		if store.Commit(context.Background(), twofactor.Commit{Put: []twofactor.Record{record}}) != nil {
			os.Exit(1)
		}
		_, _ = os.Stdout.WriteString("x")
	}
}

func TestAKillLosesNothingThatWasPromised(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	for range 3 {
		writer := exec.CommandContext(t.Context(), os.Args[0])
		writer.Env = append(os.Environ(), "MEMORY_TEST_WRITE_FOREVER="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		promised := make([]byte, 20)
		seen := 0
		for seen < len(promised) {
			n, err := out.Read(promised[seen:])
			if err != nil {
				t.Fatal(err)
			}
			seen += n
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = writer.Wait()
		if got := stored(t, open(t, path), "ada", false); got == nil || got.Version < uint64(seen) {
			t.Errorf("%d writes were promised, the file holds %+v", seen, got)
		}
	}
}
