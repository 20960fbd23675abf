package shared_test

import (
	"os/exec"
	"strings"
	"testing"
)

// linked lists every package that a function's binary holds.
func linked(t *testing.T, function string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "../functions/"+function).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Fields(string(out))
}

func TestFunctionsLinkOnlyWhatTheyUse(t *testing.T) {
	// Start-up time grows with what is linked: only notify sends mail, and
	// the default configuration chain reads files that a function never has.
	for _, function := range []string{"verify", "enroll", "policy", "reset", "directory", "pages", "operator"} {
		for _, name := range linked(t, function) {
			switch name {
			case sdk + "/service/sesv2", "sallyport/shared/mail", "sallyport/shared/memory", "sallyport/shared/storetest":
				t.Errorf("%s links %s", function, name)
			}
		}
	}
	for _, name := range append(linked(t, "verify"), linked(t, "notify")...) {
		if name == sdk+"/config" || strings.HasPrefix(name, "sallyport/local") {
			t.Errorf("a function links %s", name)
		}
	}
}
