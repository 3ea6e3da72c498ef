import { define } from {{ start | tojson }};
define({{ words | tojson }});
