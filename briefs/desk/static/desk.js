// What the pages of the desk need beyond HTML. htmx puts answers of the server into their places.
import "htmx.org";
