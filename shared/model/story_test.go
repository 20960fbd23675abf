package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// details are the members of an event's detail that the story tells.
var details = map[twofactor.EventType][]string{
	twofactor.EventPolicyChanged:  {"mode", "version"},
	twofactor.EventRequirementSet: {"requirement"},
	twofactor.EventLoginAllowed:   {"reason"},
	twofactor.EventCodeAccepted:   {"method"},
	twofactor.EventCodeWrong:      {"method"},
	twofactor.EventDeviceRemoved:  {"cause"},
	twofactor.EventEnrolled:       {"by"},
	twofactor.EventDeviceChanged:  {"by"},
	twofactor.EventFactorReset:    {"then"},
	twofactor.EventDeferred:       {"deferrals_left"},
	twofactor.EventLinkCreated:    {"deliver"},
}

// sameStory compares the trail, all tenants and pages of it, with what
// happened in the model: every decision once, and no other. Of a tenant that
// was deleted nothing is left to tell.
func (m *machine) sameStory() {
	m.now = m.now.Add(time.Minute)
	m.sweep()
	var told []string
	for _, id := range m.order {
		q := twofactor.Query{Kind: twofactor.KindEventRow, Tenant: id, Limit: 200}
		for {
			page, err := m.store.List(m.ctx, q)
			if err != nil {
				m.t.Fatalf("the trail of %s: %v", id, err)
			}
			for _, record := range page.Records {
				told = append(told, retold(record.(*twofactor.EventRow).Event))
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
	}
	var happened []string
	for _, c := range m.story {
		happened = append(happened, c.line)
	}
	slices.Sort(told)
	slices.Sort(happened)
	m.sameLists()
	for i := range max(len(told), len(happened)) {
		switch {
		case i >= len(told) || i < len(happened) && happened[i] < told[i]:
			m.t.Fatalf("not in the trail: %s", happened[i])
		case i >= len(happened) || happened[i] != told[i]:
			m.t.Fatalf("in the trail, but it never happened so: %s", told[i])
		}
	}
}

func retold(e twofactor.Event) string {
	var words []string
	for _, name := range details[e.Type] {
		words = append(words, e.Detail[name])
	}
	return line(e.At, e.Type, e.Tenant, e.User, e.Actor, e.KeyID, words)
}
