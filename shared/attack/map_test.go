package attack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// required are the cases that the service answers for.
var required = map[string]string{
	"BF": "01 04 06 08 09 10 11 13 14",
	"RP": "01 04 05 07 08 09 12 13",
	"TN": "01 02 04 05 07 08 09 10 11 12 13",
	"AZ": "01 02 03 04 05 06 07 08 09 10 11",
	"JW": "01 02 03 04 05 06 07 08 09 11 12 13 14",
	"EN": "01 02 03 04 05 06 08 09 10 11 12 13",
	"RC": "01 02 04 05 06 07 08 09 10 11 12",
	"RS": "01 03 04 05 06 08 09 10 11 12 13 14 15 16 17",
	"PO": "01 02 03 04 05 07 08 09 10 11 12 13 14",
	"IN": "01 03 04 05 06 07 08 09 10 11 12 13 14 15",
	"EM": "01 02 03 04 05 06 07 08 09 10 11",
	"LG": "01 03 04 05 06 07 08 09 10",
	"FT": "01 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18",
	"AV": "01 02 03 04 05 06 07 08 09 10 11 12",
}

var row = regexp.MustCompile("^\\| ([A-Z]{2}-[0-9]{2}) \\| `([a-z/]+)` \\| `([A-Za-z0-9_]+)` \\|$")

func TestTheMapOfSecurityCasesIsTrueAndWhole(t *testing.T) {
	page, err := os.ReadFile("../../docs/security-cases.md")
	if err != nil {
		t.Fatal(err)
	}
	mapped := map[string]bool{}
	known := map[string]map[string]bool{}
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| case") {
			continue
		}
		cells := row.FindStringSubmatch(line)
		if cells == nil {
			t.Errorf("not a row: %s", line)
			continue
		}
		folder, name := cells[2], cells[3]
		if known[folder] == nil {
			known[folder] = testsIn(t, folder)
		}
		if !known[folder][name] {
			t.Errorf("%s: there is no test %s in %s", cells[1], name, folder)
			continue
		}
		mapped[cells[1]] = true
	}
	for family, numbers := range required {
		for _, number := range strings.Fields(numbers) {
			if id := family + "-" + number; !mapped[id] {
				t.Errorf("%s is shown by no test", id)
			}
		}
	}
}

// testsIn lists the tests and fuzz targets of a folder.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds no tests", folder)
	}
	names := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}
