package pages

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// open returns a file of a page, and fails the test when there is none.
func open(t *testing.T, path string) (string, map[string]string) {
	t.Helper()
	body, headers, ok := Open(path)
	if !ok || len(body) == 0 {
		t.Fatalf("nothing stands at %s", path)
	}
	return string(body), headers
}

func TestEveryFileCarriesThePolicyAndIsNeverStored(t *testing.T) {
	for path := range files() {
		_, headers := open(t, path)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if headers[name] != want {
				t.Errorf("%s: %s is %q, want %q", path, name, headers[name], want)
			}
		}
		directives := strings.Split(headers["Content-Security-Policy"], "; ")
		for _, want := range []string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:", "form-action 'none'",
			"frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
		} {
			if !slices.Contains(directives, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if text := headers["Content-Security-Policy"]; strings.Contains(text, "unsafe") || strings.Contains(text, "*") || strings.Contains(text, "http") {
			t.Errorf("%s: the policy opens something: %s", path, text)
		}
	}
}

func TestOneAnswersHeadersAreNotAnothers(t *testing.T) {
	_, headers := open(t, "/enroll")
	headers["Cache-Control"] = "changed"
	if _, again := open(t, "/enroll"); again["Cache-Control"] != "no-store" {
		t.Error("a caller changed the headers for everybody")
	}
}

func TestNothingStandsAtOtherPaths(t *testing.T) {
	for _, path := range []string{"", "/", "/enroll/", "/pages/", "/pages/api.js", "/pages/../enroll", "enroll", "/html/enroll.html"} {
		if _, _, ok := Open(path); ok {
			t.Errorf("something stands at %q", path)
		}
	}
}

// inline are the ways to put script or style into a document that the policy
// forbids, and other hosts.
var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script[^>]*>[^<]|<iframe|<base|(?:src|href)="(?:https?:)?//`)

func TestPagesHoldNoInlineScriptOrStyleAndNameNoOtherHost(t *testing.T) {
	for _, p := range hosted {
		document, headers := open(t, p.path)
		if headers["Content-Type"] != "text/html; charset=utf-8" || !strings.HasPrefix(document, "<!doctype html>") {
			t.Errorf("%s is no HTML document", p.path)
		}
		if found := inline.FindString(document); found != "" {
			t.Errorf("%s holds %q", p.path, found)
		}
		if strings.Contains(document, "{{") {
			t.Errorf("%s holds a placeholder", p.path)
		}
		for _, loaded := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(document, -1) {
			if address := loaded[1]; !strings.HasPrefix(address, "data:") {
				open(t, "/"+address)
			}
		}
	}
}

func TestScriptsNeverParseTextStoreOrLog(t *testing.T) {
	never := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|localStorage|sessionStorage|indexedDB|document\.cookie|console\.|postMessage|https?:`)
	for _, p := range hosted {
		script, headers := open(t, "/pages/"+p.name+".js")
		if headers["Content-Type"] != "text/javascript; charset=utf-8" || !strings.HasPrefix(script, "\"use strict\";\n(() => {\n") {
			t.Errorf("the script of %s is not one strict function", p.path)
		}
		if found := never.FindString(script); found != "" {
			t.Errorf("the script of %s uses %s", p.path, found)
		}
	}
}

func TestEverySourceIsPartOfAPage(t *testing.T) {
	used := []string{"style.css", "html/layout.html"}
	for _, p := range hosted {
		used = append(used, "html/"+p.name+".html")
		for _, part := range p.parts {
			used = append(used, "script/"+part+".js")
		}
	}
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !slices.Contains(used, path) {
			t.Errorf("%s belongs to no page", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryIDThatAScriptNamesIsInItsPage(t *testing.T) {
	named := regexp.MustCompile(`\b(?:element|write|offerCopy|onSubmit)\("([a-z-]+)"`)
	for _, p := range hosted {
		document, _ := open(t, p.path)
		script, _ := open(t, "/pages/"+p.name+".js")
		found := named.FindAllStringSubmatch(script, -1)
		if len(found) < 10 {
			t.Fatalf("the script of %s names only %d ids", p.path, len(found))
		}
		for _, match := range found {
			if strings.Count(document, `id="`+match[1]+`"`) != 1 {
				t.Errorf("%s has not exactly one %q", p.path, match[1])
			}
		}
	}
}

func TestScriptsAreWellFormed(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is missing: apt-get install nodejs")
		}
		t.Skip("node is missing: apt-get install nodejs")
	}
	for _, p := range hosted {
		script, _ := open(t, "/pages/"+p.name+".js")
		file := filepath.Join(t.TempDir(), p.name+".js")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(node, "--check", file).CombinedOutput(); err != nil {
			t.Errorf("the script of %s: %s", p.path, out)
		}
	}
}
