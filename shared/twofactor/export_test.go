package twofactor

// GrantRow is one row of the permission table, for the tests that try every
// cell of it.
type GrantRow struct {
	Scope         Scope
	OneOf         []Permission
	Actor, Recent bool
}

// Grants is the permission table by the names of its actions.
func Grants() map[string]GrantRow {
	rows := map[string]GrantRow{}
	for act, rule := range grants {
		rows[string(act)] = GrantRow{Scope: rule.scope, OneOf: rule.oneOf, Actor: rule.actor, Recent: rule.recent}
	}
	return rows
}
