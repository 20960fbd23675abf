// Package shared_test holds the structure of the repository: which package may
// import what, how long a file may be, and what no package may be called.
package shared_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The module paths that only some packages may import.
const (
	sdk    = "github.com/aws/aws-sdk-go-v2"
	smithy = "github.com/aws/smithy-go"
	lambda = "github.com/aws/aws-lambda-go"
	events = lambda + "/events"
)

// mayImport is the import table: for each package the beginnings of what it
// may import beside the standard library. Adding a package means a line here
// and in docs/architecture.md.
var mayImport = map[string][]string{
	"shared/totp":      {"github.com/pquerna/otp", "github.com/boombuler/barcode"},
	"shared/twofactor": {"sallyport/shared/totp"},
	"shared/httpapi":   {"sallyport/shared/twofactor", events, lambda + "/lambdacontext", "github.com/go-json-experiment/json"},
	// The stream's records arrive as Lambda events.
	"shared/dynamo":      {"sallyport/shared/twofactor", sdk, smithy, events},
	"shared/seal":        {"sallyport/shared/twofactor", sdk, smithy, "github.com/go-jose/go-jose/v4"},
	"shared/mail":        {"sallyport/shared/twofactor", sdk, smithy},
	"shared/stream":      {"sallyport/shared/twofactor", "sallyport/shared/dynamo", events},
	"shared/memory":      {"sallyport/shared/twofactor"},
	"shared/storetest":   {"sallyport/shared/twofactor", "pgregory.net/rapid"},
	"shared/pages":       {},
	"shared/fair":        {"golang.org/x/time/rate"},
	"shared/boot":        {"sallyport/shared/", sdk, smithy, lambda},
	"shared/boot/notify": {"sallyport/shared/", sdk, smithy, lambda},
}

// functionsMayImport is what a main.go may import.
var functionsMayImport = []string{"sallyport/shared/boot", "sallyport/shared/httpapi", lambda}

// longFiles lists the Go files that may have more than 300 lines, with the
// reason.
var longFiles = map[string]string{}

// noPackage lists names that say nothing about what a package provides.
var noPackage = []string{"util", "utils", "common", "types", "models", "helpers", "shared", "misc"}

// source is one Go file of the repository.
type source struct {
	path    string // from the root, with slashes
	name    string // of its package
	imports []string
	lines   int
}

// sources parses every Go file of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			hidden := strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".."
			if hidden || entry.Name() == "node_modules" || entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		one := source{
			path:  strings.TrimPrefix(filepath.ToSlash(path), "../"),
			name:  file.Name.Name,
			lines: set.File(file.Pos()).LineCount(),
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			one.imports = append(one.imports, imported)
		}
		all = append(all, one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("found only %d files", len(all))
	}
	return all
}

func (s source) folder() string { return filepath.ToSlash(filepath.Dir(s.path)) }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// standard reports whether an import is of the standard library: its first
// part has no dot, and it is not of this module.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && first != "sallyport"
}

// covered reports whether an import is one of a list of paths, or below one.
func covered(imported string, list []string) bool {
	return slices.ContainsFunc(list, func(allowed string) bool {
		return imported == allowed || strings.HasPrefix(imported, strings.TrimSuffix(allowed, "/")+"/")
	})
}

func TestArrowsRunOneWay(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		folder := s.folder()
		list, known := mayImport[folder]
		switch {
		case strings.HasPrefix(folder, "local"):
			continue
		case strings.HasPrefix(folder, "functions/"):
			list = functionsMayImport
		case !known:
			t.Errorf("%s: the package is not in the import table", folder)
			continue
		}
		seen[folder] = true
		for _, imported := range s.imports {
			if !standard(imported) && !covered(imported, list) {
				t.Errorf("%s must not import %s", s.path, imported)
			}
		}
	}
	for folder := range mayImport {
		if !seen[folder] {
			t.Errorf("%s is in the import table and does not exist", folder)
		}
	}
}

func TestTheRulesKnowNeitherClockNorRandomness(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder() != "shared/twofactor" || s.isTest() {
			continue
		}
		for _, imported := range s.imports {
			switch imported {
			case "crypto/rand", "math/rand", "math/rand/v2", "net/http", "os", "database/sql":
				t.Errorf("%s must not import %s", s.path, imported)
			}
		}
	}
}

func TestMainsAreShortAndAlone(t *testing.T) {
	mains := 0
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.path, "functions/") || s.isTest() {
			continue
		}
		mains++
		if filepath.Base(s.path) != "main.go" || s.name != "main" {
			t.Errorf("%s: a function's folder holds main.go and nothing else", s.path)
		}
		if s.lines > 30 {
			t.Errorf("%s has %d lines, the limit is 30", s.path, s.lines)
		}
	}
	if mains < 4 {
		t.Errorf("found %d mains", mains)
	}
}

func TestNoFileIsLongWithoutAReason(t *testing.T) {
	for _, s := range sources(t) {
		if s.lines > 300 && longFiles[s.path] == "" {
			t.Errorf("%s has %d lines, the limit is 300", s.path, s.lines)
		}
		if s.lines <= 300 && longFiles[s.path] != "" {
			t.Errorf("%s is short again: take it off the list", s.path)
		}
	}
}

func TestPackagesAreNamedForWhatTheyProvide(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(noPackage, s.name) || slices.Contains(noPackage, filepath.Base(s.folder())) && s.folder() != "shared" {
			t.Errorf("%s: package %s says nothing about what it provides", s.path, s.name)
		}
	}
}
