package acceptance

import (
	"encoding/json"
	"slices"

	"sallyport/local/api"
)

// check asks the gate for a protected action of a session that began with an
// assertion.
func (p *product) check(user, action, assertion string) api.Answer {
	p.t.Helper()
	session := map[string]string{}
	if assertion != "" {
		session["assertion"] = assertion
	}
	return p.Call(p.Platform, 200, "POST", p.user(user)+"/checks", map[string]any{"action": action, "session": session})
}

// gate asks the gate, and fails the test unless it decides as wanted.
func (p *product) gate(user, action, assertion, want string) api.Answer {
	p.t.Helper()
	a := p.check(user, action, assertion)
	if got := a.Text("decision"); got != want {
		p.t.Errorf("the gate answers %q for %s of %s, want %q", got, action, user, want)
	}
	return a
}

// answers gives the person's answer to the gate's dialog.
func (p *product) answers(user, when string, status int) api.Answer {
	p.t.Helper()
	return p.Call(p.Platform, status, "POST", p.user(user)+"/activation", map[string]string{"when": when})
}

// offered reports whether the dialog of the gate's answer has an option.
func offered(a api.Answer, option string) bool { return holds(a, "options", option) }

// holds reports whether a list in an answer holds a word.
func holds(a api.Answer, list, word string) bool {
	words, _ := a.Value(list).([]any)
	return slices.Contains(words, any(word))
}

// requires sets the requirement of several users with one confirmation, and
// returns each one's status.
func (p *product) requires(actor string, users []string, requirement string) map[string]float64 {
	p.t.Helper()
	a := p.Call(p.Platform, 200, "POST", p.path+"/requirements", map[string]any{"users": users, "requirement": requirement}, p.by(actor)...)
	return items(p, a, "user", func(one map[string]any) float64 { n, _ := one["status"].(float64); return n })
}

// listed are the users that a list shows for a query.
func (p *product) listed(query string) []string {
	p.t.Helper()
	a := p.Call(p.Platform, 200, "GET", p.path+"/users?"+query, nil)
	found := items(p, a, "id", func(map[string]any) bool { return true })
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// items reads the list of an answer into a map by one of its members.
func items[V any](p *product, a api.Answer, by string, value func(map[string]any) V) map[string]V {
	p.t.Helper()
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal(a.Body, &list); err != nil {
		p.t.Fatal(err)
	}
	found := map[string]V{}
	for _, one := range list.Items {
		id, _ := one[by].(string)
		found[id] = value(one)
	}
	return found
}
