package httpapi

import "sallyport/shared/twofactor"

// checkPath refuses a path whose ids do not have the form of contract §3.
func checkPath(values map[string]string) error {
	var fields []twofactor.FieldError
	for _, name := range []string{"tenant", "user", "id"} {
		if id, there := values[name]; there && !twofactor.ValidID(id) {
			fields = append(fields, twofactor.FieldError{Pointer: "/path/" + name, Detail: "This is not an id: 1 to 128 letters, digits and . _ - @ : +, the first a letter or digit."})
		}
	}
	if len(fields) > 0 {
		return invalidFields(fields...)
	}
	return nil
}
