package httpapi

import "sallyport/shared/twofactor"

// malformed refuses what cannot be read. pointer says where, "" is the whole.
func malformed(pointer, detail string) error {
	return &twofactor.Error{
		Code:   twofactor.CodeMalformed,
		Detail: "The request could not be read.",
		Fields: []twofactor.FieldError{{Pointer: pointer, Detail: detail}},
	}
}

// invalid refuses one value that could be read but is not allowed.
func invalid(pointer, detail string) error {
	return invalidFields(twofactor.FieldError{Pointer: pointer, Detail: detail})
}

func invalidFields(fields ...twofactor.FieldError) error {
	return &twofactor.Error{
		Code:   twofactor.CodeInvalid,
		Detail: "A member is missing or has a value that is not allowed.",
		Fields: fields,
	}
}

func unauthenticated(detail string) error {
	return &twofactor.Error{Code: twofactor.CodeUnauthenticated, Detail: detail}
}
