package httpapi

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"sallyport/shared/twofactor"
)

// A member's tag `want:"…"` says what the decoder alone does not check:
// "required" (its absence is invalid), "nullable" (null is allowed; anywhere
// else it is malformed).

// shape walks over a body beside the type that it should have. The library
// refuses repeated members, bad UTF-8 and bad syntax; shape adds unknown and
// missing members, null, NUL and minus zero, and knows where each stands.
type shape struct {
	*jsontext.Decoder
	missing []twofactor.FieldError
}

// checkShape refuses a body that is not shaped as t.
func checkShape(body []byte, t reflect.Type) error {
	s := shape{Decoder: jsontext.NewDecoder(bytes.NewReader(body))}
	if err := s.value(t, false); err != nil {
		return syntaxProblem(err)
	}
	if _, err := s.ReadToken(); err != io.EOF {
		return malformed("", "There is something after the JSON value.")
	}
	if len(s.missing) > 0 {
		return invalidFields(s.missing...)
	}
	return nil
}

// syntaxProblem says where reading stopped, in words of our own: the
// library's would repeat what was sent.
func syntaxProblem(err error) error {
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntactic):
		return malformed(string(syntactic.JSONPointer), "This member stands there twice.")
	case twofactor.CodeOf(err) != "":
		return err
	}
	return malformed("", "This is not one JSON value in UTF-8, at most 32 deep.")
}

func (s *shape) value(t reflect.Type, nullable bool) error {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if m, ok := reflect.Zero(t).Interface().(interface{ element() reflect.Type }); ok {
		t = m.element()
	}
	kind := s.PeekKind()
	switch {
	case kind == '{' && t.Kind() == reflect.Struct:
		return s.object(t)
	case kind == '[' && t.Kind() == reflect.Slice && t != reflect.TypeFor[jsontext.Value]():
		return s.list(t.Elem())
	case kind == '{' || kind == '[':
		return s.skip()
	}
	token, err := s.ReadToken()
	switch {
	case err != nil:
		return err
	case kind == 'n' && !nullable:
		return malformed(string(s.StackPointer()), "This must not be null.")
	case kind == '"' && strings.ContainsRune(token.String(), 0):
		return malformed(string(s.StackPointer()), "A text must not hold the character NUL.")
	case kind == '0' && token.String() == "-0":
		return malformed(string(s.StackPointer()), "This is not a number that the call takes.")
	}
	return nil
}

// skip reads over an object or a list that is not looked at here: its type is
// wrong, or the call ignores it.
func (s *shape) skip() error {
	outside := s.StackDepth()
	for {
		if _, err := s.ReadToken(); err != nil {
			return err
		}
		switch depth := s.StackDepth(); {
		case depth > maxDepth:
			return malformed("", "This is nested too deeply.")
		case depth == outside:
			return nil
		}
	}
}

func (s *shape) list(element reflect.Type) error {
	if _, err := s.ReadToken(); err != nil {
		return err
	}
	for s.PeekKind() != ']' {
		if err := s.value(element, false); err != nil {
			return err
		}
	}
	_, err := s.ReadToken()
	return err
}

func (s *shape) object(t reflect.Type) error {
	if _, err := s.ReadToken(); err != nil {
		return err
	}
	at := string(s.StackPointer())
	members := membersOf(t)
	for s.PeekKind() != '}' {
		token, err := s.ReadToken()
		if err != nil {
			return err
		}
		m, known := members[token.String()]
		if !known {
			return malformed(string(s.StackPointer()), "This member is not known here.")
		}
		delete(members, token.String())
		if err := s.value(m.kind, m.nullable); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if members[name].required {
			s.missing = append(s.missing, twofactor.FieldError{Pointer: at + "/" + name, Detail: "This member is missing."})
		}
	}
	_, err := s.ReadToken()
	return err
}

// member is what is known of one member of an object.
type member struct {
	kind               reflect.Type
	required, nullable bool
}

func membersOf(t reflect.Type) map[string]member {
	members := map[string]member{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if options == "embed" {
			maps.Copy(members, membersOf(f.Type))
			continue
		}
		want := f.Tag.Get("want")
		members[name] = member{
			kind:     f.Type,
			required: strings.Contains(want, "required"),
			nullable: strings.Contains(want, "nullable"),
		}
	}
	return members
}
