package acceptance

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sallyport/local/api"
)

// setting is one `name` or `name: value` in the first column of a page's table
// of settings.
var setting = regexp.MustCompile("`([a-z_]+)(?:: ([^`]+))?`")

func TestProductPagesNameEverySettingThatTheirPresetChanges(t *testing.T) {
	p := open(t, "rmm-dashboard")
	usual := members(t, p.Call(p.Platform, 200, "GET", p.path+"/policy", nil))
	for _, product := range []string{"rmm-dashboard", "remote-management-service", "msp-reseller", "client-portal", "mssp"} {
		t.Run(product, func(t *testing.T) {
			p.name = product
			named := toldSettings(t, product)
			for name, value := range p.preset(nil) {
				text, there := named[name]
				if !there && !reflect.DeepEqual(value, usual[name]) {
					t.Errorf("the page does not name %s, which the preset sets to %v", name, value)
				}
				var want any
				if text != "" && (json.Unmarshal([]byte(text), &want) != nil || !reflect.DeepEqual(want, value)) {
					t.Errorf("the page says %s: %s, the preset %v", name, text, value)
				}
				delete(named, name)
			}
			if len(named) > 0 {
				t.Errorf("the page names settings that a policy does not have: %v", named)
			}
		})
	}
}

// members reads an answer's members.
func members(t *testing.T, a api.Answer) map[string]any {
	t.Helper()
	all := map[string]any{}
	if err := json.NewDecoder(bytes.NewReader(a.Body)).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// toldSettings are the settings of a product's page with the values that stand there,
// "" for none.
func toldSettings(t *testing.T, product string) map[string]string {
	t.Helper()
	_, after, _ := strings.Cut(productPage(t, product), "\n|---|---|\n")
	table, _, found := strings.Cut(after, "\n\n")
	if !found {
		t.Fatal("the page has no table of settings")
	}
	settings := map[string]string{}
	for line := range strings.SplitSeq(table, "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, one := range setting.FindAllStringSubmatch(first, -1) {
			settings[one[1]] = one[2]
		}
	}
	return settings
}
