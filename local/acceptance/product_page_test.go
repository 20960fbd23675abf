package acceptance

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// told ends the story: every sentence of the help page stands in the table of
// docs/products with the steps that showed it, no step claims another, and
// nobody got a mail that the story does not know.
func (p *product) told() {
	p.t.Helper()
	p.allLooked()
	shown := map[int][]string{}
	for step, sentences := range p.steps {
		for _, number := range sentences {
			shown[number] = append(shown[number], step)
		}
	}
	listed := sentences(p.t, p.name)
	for number := range len(listed) {
		if _, there := listed[number+1]; !there {
			p.t.Errorf("the table has no sentence %d", number+1)
		}
	}
	for number, steps := range listed {
		slices.Sort(steps)
		slices.Sort(shown[number])
		if !slices.Equal(steps, shown[number]) {
			p.t.Errorf("sentence %d: the table names the steps %q, shown it was by %q", number, steps, shown[number])
		}
	}
	for number := range maps.Keys(shown) {
		if listed[number] == nil {
			p.t.Errorf("there is no sentence %d, which %q show", number, shown[number])
		}
	}
}

// row is a line of the table: number, sentence, the steps that show it.
var row = regexp.MustCompile(`(?m)^\| (\d+) \| .+ \| (.+) \|$`)

// sentences reads the table of a product's page: for each number the steps.
func sentences(t *testing.T, product string) map[int][]string {
	t.Helper()
	listed := map[int][]string{}
	for _, found := range row.FindAllStringSubmatch(productPage(t, product), -1) {
		number, err := strconv.Atoi(found[1])
		if err != nil || listed[number] != nil {
			t.Errorf("%s: a row with the number %s", product, found[1])
		}
		listed[number] = strings.Split(found[2], "; ")
	}
	if len(listed) == 0 {
		t.Fatalf("the page of %s has no table", product)
	}
	return listed
}

func productPage(t *testing.T, product string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs/products", product+".md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestProductTranscriptsRunAsTheyStandOnTheirPages(t *testing.T) {
	for product, answers := range map[string][]string{
		"rmm-dashboard": {
			`"state":"pending"`, `"decision":"enroll"`, `{"end_session":true`, `"sent_to":"t•••@`, `"acr":"2fa"`,
			`{"decision":"allow"}`, `{"decision":"allow"}`, `"mode":"required"`, `"override_locked":true`,
		},
		"remote-management-service": {`"state":"active"`, `"mode":"required"`, `"state":"active"`, `"state":"active"`, `"acr":"2fa"`},
		"msp-reseller": {
			`"acr":"2fa"`, `"state":"not_required"`, `"state":"pending"`, `{"state":"active"}`, `"reason":"sso"`, `"acr":"2fa"`,
		},
		"client-portal": {
			`"mode":"off"`, `"mode":"available"`, `"state":"pending"`, `"acr":"2fa"`, `"state":"not_required"`, `"reason":"not_available"`,
		},
		"mssp": {`"reason":"user_exempt"`, `"reset_requested":true`, `"state":"approved"`, `"sent_to":"a•••@`, `"acr":"2fa"`},
	} {
		t.Run(product, func(t *testing.T) {
			_, after, found := strings.Cut(productPage(t, product), "\n```sh\n")
			script, _, ended := strings.Cut(after, "\n```\n")
			if !found || !ended {
				t.Fatal("the page has no block of shell commands")
			}
			out := runScript(t, Start(t), script)
			if strings.Contains(out, `"request_id":"`) {
				t.Errorf("it was refused something:\n%s", out)
			}
			answered(t, out, answers)
		})
	}
}

// answered fails the test unless the output holds the answers in this order,
// the last one in its last line.
func answered(t *testing.T, out string, answers []string) {
	t.Helper()
	rest := strings.TrimSpace(out)
	last := rest[strings.LastIndex(rest, "\n")+1:]
	for _, answer := range answers {
		_, after, found := strings.Cut(rest, answer)
		if !found {
			t.Fatalf("after the others there is no %s in:\n%s", answer, out)
		}
		rest = after
	}
	if end := answers[len(answers)-1]; !strings.Contains(last, end) {
		t.Errorf("it did not end with %s:\n%s", end, last)
	}
}
