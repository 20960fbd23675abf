package twofactor

// The refusals that several use cases give, each in one place, so that a client
// reads the same sentence wherever it meets them.

// platformOnly is for whoever calls without an API key.
func platformOnly() error {
	return refuse(CodeUnauthenticated, "This call is for a platform's API key.")
}

// lacksScope is for an API key that was not given a scope.
func lacksScope(scope Scope) error {
	return refuse(CodeForbidden, "The API key lacks the scope %q.", scope)
}

// notAllowed is the one answer for an actor who is unknown, not active, of
// another tenant, or lacks the permission: it names them all, and says of
// nobody which.
func notAllowed() error {
	return refuse(CodeForbidden, "The actor is no active user of this tenant or its parent, the role lacks the permission, or the key may not act for the parent.")
}

// tenantNotFound is the one answer for every tenant that a key may not see.
func tenantNotFound() error { return refuse(CodeTenantNotFound, "There is no such tenant.") }

// userNotFound is the one answer for a user who is not there.
func userNotFound() error { return refuse(CodeUserNotFound, "There is no such user.") }

// notThere is for a token whose user is gone, or is another one by now.
func notThere() error {
	return refuse(CodeUnauthenticated, "The token is for somebody who is not there any more.")
}

// notActive is for a user who cannot sign in.
func notActive() error { return refuse(CodeForbidden, "The user is not active.") }

// notAvailable is for a tenant where two-factor authentication rests.
func notAvailable() error {
	return refuse(CodeNotAvailable, "Two-factor authentication is off for this tenant.")
}

// alreadyActive is for an enrolment of somebody who has a factor.
func alreadyActive() error { return refuse(CodeFactorAlreadyActive, "There is a factor already.") }

// raced is for a change that lost against another one.
func raced() error {
	return refuse(CodeConflict, "Somebody changed the same thing at the same moment. Nothing was decided; it is safe to repeat.")
}

// idForm says what an id is (contract §3).
const idForm = "An id is 1 to 128 letters, digits and . _ - @ : +, the first a letter or a digit."

// checkUserID refuses a user id of the path that no user can have.
func checkUserID(id string) error {
	if ValidID(id) {
		return nil
	}
	return invalid("/path/user", idForm)
}
