// What invented people are made of.
#pragma once

#include <string_view>

namespace causeway::sandbox::dataverse {

// A name, and how it is spelled in an email address.
struct Name {
  std::string_view name, plain;
};

constexpr Name kWomen[] = {{"Alice", "alice"},
                           {"Amélie", "amelie"},
                           {"Anna", "anna"},
                           {"Aylin", "aylin"},
                           {"Beatriz", "beatriz"},
                           {"Camille", "camille"},
                           {"Charlotte", "charlotte"},
                           {"Chloé", "chloe"},
                           {"Clara", "clara"},
                           {"Elif", "elif"},
                           {"Emma", "emma"},
                           {"Eva", "eva"},
                           {"Fatima", "fatima"},
                           {"Freya", "freya"},
                           {"Giulia", "giulia"},
                           {"Grace", "grace"},
                           {"Hanna", "hanna"},
                           {"Ines", "ines"},
                           {"Ingrid", "ingrid"},
                           {"Jana", "jana"},
                           {"Julia", "julia"},
                           {"Katarzyna", "katarzyna"},
                           {"Laura", "laura"},
                           {"Lena", "lena"},
                           {"Léa", "lea"},
                           {"Lucía", "lucia"},
                           {"María", "maria"},
                           {"Marie", "marie"},
                           {"Mia", "mia"},
                           {"Naomi", "naomi"},
                           {"Noor", "noor"},
                           {"Olivia", "olivia"},
                           {"Petra", "petra"},
                           {"Priya", "priya"},
                           {"Sofia", "sofia"},
                           {"Søs", "soes"},
                           {"Thi Mai", "thimai"},
                           {"Yuki", "yuki"},
                           {"Zoë", "zoe"},
                           {"Žaneta", "zaneta"}};

constexpr Name kMen[] = {
    {"Adam", "adam"},       {"Ahmed", "ahmed"},       {"Alexander", "alexander"}, {"André", "andre"},
    {"Antoine", "antoine"}, {"Arjun", "arjun"},       {"Björn", "bjoern"},        {"Carlos", "carlos"},
    {"Daniel", "daniel"},   {"David", "david"},       {"Diego", "diego"},         {"Emil", "emil"},
    {"Erik", "erik"},       {"Felix", "felix"},       {"François", "francois"},   {"Georg", "georg"},
    {"Hiroshi", "hiroshi"}, {"Hugo", "hugo"},         {"Ivan", "ivan"},           {"Jakub", "jakub"},
    {"James", "james"},     {"Jean-Luc", "jean-luc"}, {"João", "joao"},           {"Jonas", "jonas"},
    {"José", "jose"},       {"Jürgen", "juergen"},    {"Karl", "karl"},           {"Liam", "liam"},
    {"Luca", "luca"},       {"Mateo", "mateo"},       {"Mehmet", "mehmet"},       {"Noah", "noah"},
    {"Oliver", "oliver"},   {"Omar", "omar"},         {"Paul", "paul"},           {"Pedro", "pedro"},
    {"Rasmus", "rasmus"},   {"Søren", "soeren"},      {"Tomáš", "tomas"},         {"William", "william"}};

constexpr Name kFamilies[] = {{"Almeida", "almeida"},
                              {"Andersen", "andersen"},
                              {"Bauer", "bauer"},
                              {"Bianchi", "bianchi"},
                              {"Brown", "brown"},
                              {"Castro", "castro"},
                              {"Chen", "chen"},
                              {"Cohen", "cohen"},
                              {"Costa", "costa"},
                              {"Dąbrowski", "dabrowski"},
                              {"de Vries", "devries"},
                              {"Dubois", "dubois"},
                              {"Dvořák", "dvorak"},
                              {"Eriksson", "eriksson"},
                              {"Fernández", "fernandez"},
                              {"Ferrari", "ferrari"},
                              {"Fischer", "fischer"},
                              {"García", "garcia"},
                              {"Gruber", "gruber"},
                              {"Hansen", "hansen"},
                              {"Hernández", "hernandez"},
                              {"Hoffmann", "hoffmann"},
                              {"Horváth", "horvath"},
                              {"Ivanova", "ivanova"},
                              {"Jensen", "jensen"},
                              {"Johnson", "johnson"},
                              {"Kaya", "kaya"},
                              {"Khan", "khan"},
                              {"Kowalski", "kowalski"},
                              {"Kumar", "kumar"},
                              {"Larsen", "larsen"},
                              {"Lefèvre", "lefevre"},
                              {"López", "lopez"},
                              {"Martin", "martin"},
                              {"Meyer", "meyer"},
                              {"Moreau", "moreau"},
                              {"Müller", "mueller"},
                              {"Muñoz", "munoz"},
                              {"Nguyen", "nguyen"},
                              {"Nielsen", "nielsen"},
                              {"Novák", "novak"},
                              {"O'Brien", "obrien"},
                              {"Okafor", "okafor"},
                              {"Özdemir", "oezdemir"},
                              {"Papadopoulos", "papadopoulos"},
                              {"Patel", "patel"},
                              {"Petrov", "petrov"},
                              {"Popescu", "popescu"},
                              {"Rossi", "rossi"},
                              {"Santos", "santos"},
                              {"Sato", "sato"},
                              {"Schäfer", "schaefer"},
                              {"Schmidt", "schmidt"},
                              {"Silva", "silva"},
                              {"Smith", "smith"},
                              {"Šimić", "simic"},
                              {"Tanaka", "tanaka"},
                              {"Taylor", "taylor"},
                              {"van den Berg", "vandenberg"},
                              {"Virtanen", "virtanen"},
                              {"Wagner", "wagner"},
                              {"Weber", "weber"},
                              {"Williams", "williams"},
                              {"Yılmaz", "yilmaz"}};

constexpr std::string_view kSalutations[] = {"Dr.", "Prof.", "Ms.", "Mr.", "Mx."};
constexpr std::string_view kMailHosts[] = {"contoso.example", "fabrikam.example",        "northwind.example",
                                           "mail.example",    "adventure-works.example", "tailspin.example"};
constexpr std::string_view kStreets[] = {
    "Hauptstraße", "Bahnhofstraße",    "Rue de la République", "Avenue Foch", "High Street", "Station Road",
    "Calle Mayor", "Via Roma",         "Rua Augusta",          "Nørregade",   "Storgatan",   "Kerkstraat",
    "Lindenallee", "Plac Wolności",    "Main Street",          "Elm Street",  "Am Mühlbach", "Quai d'Orléans",
    "Church Lane", "Václavské náměstí"};
constexpr std::string_view kJobs[] = {"Accountant",    "Architect", "Buyer", "Consultant", "Engineer",
                                      "Head of Sales", "Nurse",     "Owner", "Teacher",    "Technician"};

struct Place {
  std::string_view city, state, country, prefix;  // prefix: of phone numbers.
};
constexpr Place kPlaces[] = {
    {"Berlin", "BE", "DE", "+49"},   {"München", "BY", "DE", "+49"},    {"Köln", "NW", "DE", "+49"},
    {"Paris", "IDF", "FR", "+33"},   {"Besançon", "BFC", "FR", "+33"},  {"Lyon", "ARA", "FR", "+33"},
    {"London", "ENG", "GB", "+44"},  {"Edinburgh", "SCT", "GB", "+44"}, {"Madrid", "MD", "ES", "+34"},
    {"A Coruña", "GA", "ES", "+34"}, {"Roma", "RM", "IT", "+39"},       {"Forlì", "FC", "IT", "+39"},
    {"Lisboa", "11", "PT", "+351"},  {"København", "84", "DK", "+45"},  {"Århus", "82", "DK", "+45"},
    {"Malmö", "M", "SE", "+46"},     {"Łódź", "LD", "PL", "+48"},       {"Praha", "10", "CZ", "+420"},
    {"Zürich", "ZH", "CH", "+41"},   {"Wien", "9", "AT", "+43"},        {"Boston", "MA", "US", "+1"},
    {"Austin", "TX", "US", "+1"},    {"Portland", "OR", "US", "+1"},    {"Montréal", "QC", "CA", "+1"}};

}  // namespace causeway::sandbox::dataverse
