package seal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// env looks names up in pairs of name and value.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestAKeyFileIsMadeOnceAndOpensAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	first, err := seal.NewFileRoot(path, env())
	if err != nil {
		t.Fatal(err)
	}
	plain, wrapped, err := first.NewKey(ctx, twofactor.RootToken)
	if err != nil {
		t.Fatal(err)
	}
	second, err := seal.NewFileRoot(path, env())
	if err != nil {
		t.Fatal(err)
	}
	opened, err := second.Unwrap(ctx, twofactor.RootToken, wrapped)
	if err != nil || !bytes.Equal(opened, plain) {
		t.Errorf("got %v", err)
	}
	if _, err := second.Unwrap(ctx, twofactor.RootMail, wrapped); err == nil {
		t.Error("it opened for another purpose")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if len(left)+len(hidden) != 1 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
}

func TestTwoProcessesThatStartAtOnceUseTheSameKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	roots := make([]*seal.FileRoot, 20)
	var group sync.WaitGroup
	for i := range roots {
		group.Go(func() {
			var err error
			if roots[i], err = seal.NewFileRoot(path, env()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	_, wrapped, err := roots[0].NewKey(ctx, twofactor.RootToken)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range roots {
		if _, err := root.Unwrap(ctx, twofactor.RootToken, wrapped); err != nil {
			t.Fatal("two processes hold different keys")
		}
	}
}

func TestAKeyFileIsRefusedWhereItDoesNotBelong(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := strings.Repeat("0a", 32)
	for name, c := range map[string]struct {
		path string
		env  func(string) string
	}{
		"in a deployed function":      {write("a", good, 0o600), env("AWS_LAMBDA_FUNCTION_NAME", "verify")},
		"deployed, key in the env":    {dir, env("AWS_LAMBDA_FUNCTION_NAME", "verify", seal.DevRootKeyVariable, good)},
		"deployed, SAM_LOCAL not set": {dir, env("AWS_LAMBDA_FUNCTION_NAME", "verify", "AWS_SAM_LOCAL", "false")},
		"key in the env outside sam":  {write("b", good, 0o600), env(seal.DevRootKeyVariable, good)},
		"bad key in the env":          {dir, env("AWS_SAM_LOCAL", "true", seal.DevRootKeyVariable, "zz")},
		"readable by others":          {write("c", good, 0o644), env()},
		"too short":                   {write("d", good[2:], 0o600), env()},
		"empty":                       {write("e", "", 0o600), env()},
		"no hexadecimal digits":       {write("f", strings.Repeat("zz", 32), 0o600), env()},
		"no folder":                   {filepath.Join(dir, "none", "key"), env()},
	} {
		_, err := seal.NewFileRoot(c.path, c.env)
		if err == nil {
			t.Errorf("%s: it works", name)
		} else if strings.Contains(err.Error(), good[:10]) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestUnderSAMLocalTheKeyMayComeFromTheEnvironment(t *testing.T) {
	root, err := seal.NewFileRoot("", env("AWS_SAM_LOCAL", "true", "AWS_LAMBDA_FUNCTION_NAME", "verify",
		seal.DevRootKeyVariable, strings.Repeat("0a", 32)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "root.key")
	if err := os.WriteFile(path, []byte(strings.Repeat("0a", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	beside, err := seal.NewFileRoot(path, env())
	if err != nil {
		t.Fatal(err)
	}
	_, wrapped, err := beside.NewKey(ctx, twofactor.RootToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.Unwrap(ctx, twofactor.RootToken, wrapped); err != nil {
		t.Error("the same key does not open what the stack beside it wrapped")
	}
}
