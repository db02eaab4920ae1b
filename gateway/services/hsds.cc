#include "gateway/services/hsds.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::services {
namespace {

struct Written {
  Table table;
  std::string_view name, file;
  // A field is its name; "!" it must be there, "+" ours, ">table" a reference, ":type" another type
  // than text, "=a|b" one of these words ("_" stands for a blank in them).
  std::string_view fields;
};

constexpr std::array<Written, kTables> kWritten = {{
    {Table::organization, "organization", "organizations.csv",
     "id! name! alternate_name description! email:email website:uri tax_status tax_id "
     "year_incorporated:integer legal_status logo uri:uri parent_organization_id>organization "
     "name_fr+ description_fr+ party+ certainty+=high|medium|low|unknown source+ sample:flag+"},
    {Table::program, "program", "programs.csv",
     "id! organization_id>organization! name! alternate_name description!"},
    {Table::service, "service", "services.csv",
     "id! organization_id>organization! program_id>program name! alternate_name description "
     "url:uri "
     "email:email status!=active|inactive|defunct|temporarily_closed interpretation_services "
     "application_process fees_description wait_time fees accreditations eligibility_description "
     "minimum_age:number maximum_age:number assured_date:date assurer_email:email licenses alert "
     "last_modified:instant name_fr+ description_fr+ eligibility_fr+ application_fr+ needs+ areas+ "
     "languages+ kind+ role+ level+=municipal|provincial|federal|first-nation|community "
     "priority:integer+ valid_from:date+ valid_until:date+ certainty+=high|medium|low|unknown "
     "source+ sample:flag+"},
    {Table::service_at_location, "service_at_location", "service_at_location.csv",
     "id! service_id>service! location_id>location! description"},
    {Table::location, "location", "locations.csv",
     "id! location_type!=physical|postal|virtual url:uri organization_id>organization name "
     "alternate_name description transportation latitude:number longitude:number "
     "external_identifier external_identifier_type fsa+"},
    {Table::address, "address", "addresses.csv",
     "id! location_id>location attention address_1! address_2 city! region state_province! "
     "postal_code! country! address_type!=physical|postal|virtual"},
    {Table::phone, "phone", "phones.csv",
     "id! location_id>location service_id>service organization_id>organization "
     "contact_id>contact service_at_location_id>service_at_location number! extension:number type "
     "description description_fr+"},
    {Table::contact, "contact", "contacts.csv",
     "id! organization_id>organization service_id>service "
     "service_at_location_id>service_at_location location_id>location name title department "
     "email:email"},
    {Table::schedule, "schedule", "schedules.csv",
     "id! service_id>service location_id>location service_at_location_id>service_at_location "
     "valid_from:date valid_to:date dtstart:date timezone:number until:date count:integer "
     "wkst=MO|TU|WE|TH|FR|SA|SU freq=WEEKLY|MONTHLY interval:integer byday byweekno bymonthday "
     "byyearday description opens_at:time closes_at:time schedule_link:uri attending_type notes"},
    {Table::language, "language", "languages.csv",
     "id! service_id>service location_id>location phone_id>phone name code note"},
    {Table::service_area, "service_area", "service_areas.csv",
     "id! service_id>service name description extent extent_type uri"},
    {Table::attribute, "attribute", "attributes.csv",
     "id! link_id:link! taxonomy_term_id>taxonomy_term! link_type link_entity! value"},
    {Table::taxonomy, "taxonomy", "taxonomies.csv",
     "id! name! description! uri:uri version name_fr+"},
    {Table::taxonomy_term, "taxonomy_term", "taxonomy_terms.csv",
     "id! code name! description! parent_id>taxonomy_term taxonomy language taxonomy_id>taxonomy "
     "term_uri:uri name_fr+ description_fr+ words_en+ words_fr+ kind+"},
    {Table::accessibility, "accessibility", "accessibility.csv",
     "id! location_id>location description details url:uri"},
    {Table::cost_option, "cost_option", "cost_options.csv",
     "id! service_id>service! valid_from:date valid_to:date option currency amount:number "
     "amount_description"},
    {Table::funding, "funding", "funding.csv",
     "id! organization_id>organization service_id>service source"},
    {Table::required_document, "required_document", "required_documents.csv",
     "id! service_id>service document uri:uri"},
    {Table::organization_identifier, "organization_identifier", "organization_identifiers.csv",
     "id! organization_id>organization! identifier_scheme identifier_type! identifier!"},
    {Table::metadata, "metadata", "metadata.csv",
     "id! resource_id:link! resource_type! last_action_date!:instant last_action_type! field_name! "
     "previous_value! replacement_value! updated_by!"},
    {Table::meta_table_description, "meta_table_description", "meta_table_descriptions.csv",
     "id! name language character_set"},
}};

constexpr std::array<Nest, 33> kNests = {{
    {Table::organization, "funding", Table::funding, "organization_id", false},
    {Table::organization, "contacts", Table::contact, "organization_id", false},
    {Table::organization, "phones", Table::phone, "organization_id", false},
    {Table::organization, "locations", Table::location, "organization_id", false},
    {Table::organization, "programs", Table::program, "organization_id", false},
    {Table::organization, "organization_identifiers", Table::organization_identifier,
     "organization_id", false},
    {Table::organization, "services", Table::service, "organization_id", false},
    {Table::service, "phones", Table::phone, "service_id", false},
    {Table::service, "schedules", Table::schedule, "service_id", false},
    {Table::service, "service_areas", Table::service_area, "service_id", false},
    {Table::service, "service_at_locations", Table::service_at_location, "service_id", false},
    {Table::service, "languages", Table::language, "service_id", false},
    {Table::service, "organization", Table::organization, "organization_id", true},
    {Table::service, "funding", Table::funding, "service_id", false},
    {Table::service, "cost_options", Table::cost_option, "service_id", false},
    {Table::service, "program", Table::program, "program_id", true},
    {Table::service, "required_documents", Table::required_document, "service_id", false},
    {Table::service, "contacts", Table::contact, "service_id", false},
    {Table::service_at_location, "contacts", Table::contact, "service_at_location_id", false},
    {Table::service_at_location, "phones", Table::phone, "service_at_location_id", false},
    {Table::service_at_location, "schedules", Table::schedule, "service_at_location_id", false},
    {Table::service_at_location, "location", Table::location, "location_id", true},
    {Table::service_at_location, "service", Table::service, "service_id", true},
    {Table::location, "languages", Table::language, "location_id", false},
    {Table::location, "addresses", Table::address, "location_id", false},
    {Table::location, "contacts", Table::contact, "location_id", false},
    {Table::location, "accessibility", Table::accessibility, "location_id", false},
    {Table::location, "phones", Table::phone, "location_id", false},
    {Table::location, "schedules", Table::schedule, "location_id", false},
    {Table::contact, "phones", Table::phone, "contact_id", false},
    {Table::phone, "languages", Table::language, "phone_id", false},
    {Table::attribute, "taxonomy_term", Table::taxonomy_term, "taxonomy_term_id", true},
    {Table::taxonomy_term, "taxonomy_detail", Table::taxonomy, "taxonomy_id", true},
}};

Field read_field(std::string_view text) {
  Field out;
  std::size_t end = text.find_first_of("!+>:=");
  out.name = text.substr(0, end);
  if (out.name == "id") out.type = FieldType::id;
  while (end < text.size()) {
    const char mark = text[end];
    const std::size_t begin = end + 1;
    end = std::min(text.find_first_of("!+>:=", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    switch (mark) {
      case '!':
        out.required = true;
        break;
      case '+':
        out.ours = true;
        break;
      case '>':
        out.type = FieldType::reference;
        out.target = *table_named(word);
        break;
      case '=':
        out.type = FieldType::word;
        for (const std::string_view one : base::split(word, '|')) {
          std::string spaced(one);
          std::replace(spaced.begin(), spaced.end(), '_', ' ');
          out.words.push_back(std::move(spaced));
        }
        break;
      default:
        for (const auto& [name, type] :
             {std::pair{"link", FieldType::link}, std::pair{"uri", FieldType::uri},
              std::pair{"email", FieldType::email}, std::pair{"integer", FieldType::integer},
              std::pair{"number", FieldType::number}, std::pair{"date", FieldType::date},
              std::pair{"instant", FieldType::instant}, std::pair{"time", FieldType::time},
              std::pair{"flag", FieldType::flag}}) {
          if (word == name) out.type = type;
        }
    }
  }
  return out;
}

std::array<TableForm, kTables> read_forms() {
  std::array<TableForm, kTables> out;
  for (const Written& written : kWritten) {
    TableForm& form = out[index_of(written.table)];
    form.table = written.table;
    form.name = written.name;
    form.file = written.file;
    for (const std::string_view field : base::split(written.fields, ' ')) {
      if (!field.empty()) form.fields.push_back(read_field(field));
    }
    form.id = form.field("id");
  }
  return out;
}

}  // namespace

std::size_t TableForm::field(std::string_view wanted) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == wanted) return i;
  }
  return kNoField;
}

const std::array<TableForm, kTables>& forms() {
  static const std::array<TableForm, kTables> kForms = read_forms();
  return kForms;
}

const TableForm& form(Table table) { return forms()[index_of(table)]; }

std::optional<Table> table_named(std::string_view name) {
  for (const Written& written : kWritten) {
    if (written.name == name) return written.table;
  }
  return std::nullopt;
}

std::optional<Table> table_of_file(std::string_view file) {
  for (const Written& written : kWritten) {
    if (written.file == file) return written.table;
  }
  // What the specification's own package calls in the singular is often met in the plural.
  if (file == "service_at_locations.csv") return Table::service_at_location;
  return std::nullopt;
}

std::span<const Nest> nests() { return kNests; }

bool has_attributes(Table table) {
  return table != Table::attribute && table != Table::metadata && table != Table::taxonomy &&
         table != Table::taxonomy_term;
}

}  // namespace portage::services
