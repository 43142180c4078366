package org.ascend4j.internal.grammar;

import java.util.Map;
import java.util.TreeMap;

/** The values of JSON Schema's "format" that are enforced, each as an expression for a part of what it allows. */
final class Formats {
    private static final String DAYS =
            "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    private static final String LEAP_YEAR = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)";
    private static final String DATE = "([1-9][0-9]{3}-" + DAYS + "|" + LEAP_YEAR + "-02-29)";
    private static final String TIME =
            "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])";
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String HEX4 = "[0-9a-fA-F]{4}";
    private static final String NAME_LABEL = "[A-Za-z]([A-Za-z0-9]{0,20})";
    private static final String GROUP = "[0-9a-fA-F]{1,4}";

    private static final Map<String, String> EXPRESSIONS = new TreeMap<>(Map.of(
            "date", DATE,
            "time", TIME,
            "date-time", DATE + "T" + TIME,
            "uuid", HEX4 + HEX4 + "-" + HEX4 + "-" + HEX4 + "-" + HEX4 + "-" + HEX4 + HEX4 + HEX4,
            "ipv4", "(" + OCTET + "\\.){3}" + OCTET,
            "ipv6",
                    "(" + GROUP + ":){7}" + GROUP + "|" + GROUP + "(:" + GROUP + "){0,3}::(" + GROUP + "(:" + GROUP
                            + "){0,1})?|::1",
            "email", "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@(" + NAME_LABEL + "\\.){1,3}[a-z]{2,6}",
            "hostname", "(" + NAME_LABEL + "\\.){0,3}" + NAME_LABEL,
            "uri",
                    "https?://(" + NAME_LABEL + "\\.){0,3}" + NAME_LABEL
                            + "(:[1-9][0-9]{0,3})?(/[A-Za-z0-9_.~-]{1,40}){0,10}/?"
                            + "(\\?[A-Za-z0-9_=&-]{1,100})?(#[A-Za-z0-9_-]{1,40})?",
            "duration",
                    "P([1-9][0-9]{0,3}D(T[1-9][0-9]{0,3}H([1-9][0-9]{0,3}M([1-9][0-9]{0,3}S)?)?)?"
                            + "|T[1-9][0-9]{0,3}[HMS]|[1-9][0-9]{0,3}[WMY])"));

    private Formats() {}

    /** The expression of a format, or null where it is not known. */
    static String expression(String format) {
        return EXPRESSIONS.get(format);
    }

    static String names() {
        return String.join(", ", EXPRESSIONS.keySet());
    }
}
