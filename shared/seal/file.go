package seal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sallyport/shared/twofactor"
)

// DevRootKeyVariable holds a FileRoot's key, as 64 hexadecimal digits, where
// there is no file to read: in the containers of "sam local", and only there.
const DevRootKeyVariable = "SALLYPORT_DEV_ROOT_KEY"

// FileRoot wraps root keys with a key from a file. It is for development: it
// refuses to start where a deployed service runs.
type FileRoot struct{ key []byte }

// NewFileRoot reads the key at path, and makes it (mode 0600) when there is
// none. env looks up environment variables, like [os.Getenv]. It fails in a
// deployed Lambda function, for a file that others can read, and for a key in
// the environment outside "sam local".
func NewFileRoot(path string, env func(string) string) (*FileRoot, error) {
	local := env("AWS_SAM_LOCAL") == "true"
	if env("AWS_LAMBDA_FUNCTION_NAME") != "" && !local {
		return nil, errors.New("a deployed function takes its root keys from KMS, not from a file")
	}
	if given := env(DevRootKeyVariable); given != "" {
		if !local {
			return nil, fmt.Errorf("%s is only for sam local", DevRootKeyVariable)
		}
		return parseFileRoot(given, DevRootKeyVariable)
	}
	text, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKeyFile(path); err == nil {
			text, err = readKeyFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the development root key: %w", err)
	}
	return parseFileRoot(text, path)
}

func readKeyFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others; its mode must be 0600", path)
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// makeKeyFile writes a new key beside path and links it there, so that the
// file is never seen half written and never replaces another one.
func makeKeyFile(path string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".root-key-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails
	_, err = file.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func parseFileRoot(text, source string) (*FileRoot, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s must hold %d hexadecimal digits", source, 2*keySize)
	}
	return &FileRoot{key: key}, nil
}

// NewKey implements Root.
func (r *FileRoot) NewKey(_ context.Context, purpose twofactor.RootPurpose) (plain, wrapped []byte, err error) {
	plain = make([]byte, keySize)
	_, _ = rand.Read(plain) // it never fails
	wrapped, err = sealWith(r.key, "root key", plain, string(purpose))
	return plain, wrapped, err
}

// Unwrap implements Root.
func (r *FileRoot) Unwrap(_ context.Context, purpose twofactor.RootPurpose, wrapped []byte) ([]byte, error) {
	return openWith(r.key, "root key", wrapped, string(purpose))
}
