package twofactor

import (
	"context"
	"slices"
	"strings"
)

// createKey makes an API key.
func (o *Operate) createKey(ctx context.Context, in OperateInput) (OperateAnswer, error) {
	if err := in.check(); err != nil {
		return OperateAnswer{}, err
	}
	key := &APIKey{
		Name: in.Name, Audience: in.Audience,
		Scopes: in.Scopes, Tenants: in.Tenants, CreatedAt: o.Now(),
	}
	secret, err := mintAPIKey(key, o.Random)
	if err != nil {
		return OperateAnswer{}, err
	}
	event, err := o.event(Caller{}, EventKeyCreated, Ref{})
	if err != nil {
		return OperateAnswer{}, err
	}
	event.Detail = map[string]string{"key": key.ID, "by": "operator"}
	if err := o.commit(ctx, Commit{Event: event, Put: []Record{key}}); err != nil {
		return OperateAnswer{}, unavailable(err)
	}
	return OperateAnswer{
		Made:  []string{"made API key " + key.ID},
		KeyID: key.ID, Key: secret,
	}, nil
}

// check says what is wrong with the members of OperateCreateKey.
func (in OperateInput) check() error {
	var wrong []FieldError
	add := func(pointer, detail string) { wrong = append(wrong, FieldError{Pointer: pointer, Detail: detail}) }
	for _, text := range []struct{ pointer, value string }{{"/name", in.Name}, {"/audience", in.Audience}} {
		if detail := checkText(text.value, maxName); detail != "" {
			add(text.pointer, detail)
		} else if strings.TrimSpace(text.value) == "" {
			add(text.pointer, "It must not be empty.")
		}
	}
	if len(in.Scopes) == 0 || slices.ContainsFunc(in.Scopes, func(s Scope) bool { return !s.known() }) {
		add("/scopes", `It must list some of "login", "users", "admin" and "keys".`)
	}
	one := len(in.Tenants) == 1 && in.Tenants[0] == "*"
	if !one && (len(in.Tenants) == 0 || slices.ContainsFunc(in.Tenants, func(t string) bool { return !ValidID(t) })) {
		add("/tenants", `It must be ["*"] or list ids of tenants.`)
	}
	return invalidFields(wrong)
}

// known reports whether s is one of the scopes of contract §1.
func (s Scope) known() bool {
	return slices.Contains([]Scope{ScopeLogin, ScopeUsers, ScopeAdmin, ScopeKeys}, s)
}
