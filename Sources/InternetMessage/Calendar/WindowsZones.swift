/// The IANA names of the time zones of Windows.
///
/// It is the table windowsZones of Unicode CLDR 49, territory 001 (UTS #35 part 6);
/// `windows-zones.py` beside the tests wrote this file.
///
/// Copyright © 1991-2025 Unicode, Inc.; the data is under Unicode License V3, see debian/copyright.
///
/// Each line is a name in lower case with `_` for blanks, and the zone.
enum WindowsZones {
  static var all: SortedLines {
    SortedLines(
      text: """
        afghanistan_standard_time Asia/Kabul
        alaskan_standard_time America/Anchorage
        alberta_standard_time America/Edmonton
        aleutian_standard_time America/Adak
        altai_standard_time Asia/Barnaul
        arab_standard_time Asia/Riyadh
        arabian_standard_time Asia/Dubai
        arabic_standard_time Asia/Baghdad
        argentina_standard_time America/Buenos_Aires
        astrakhan_standard_time Europe/Astrakhan
        atlantic_standard_time America/Halifax
        aus_central_standard_time Australia/Darwin
        aus_central_w._standard_time Australia/Eucla
        aus_eastern_standard_time Australia/Sydney
        azerbaijan_standard_time Asia/Baku
        azores_standard_time Atlantic/Azores
        bahia_standard_time America/Bahia
        bangladesh_standard_time Asia/Dhaka
        belarus_standard_time Europe/Minsk
        bougainville_standard_time Pacific/Bougainville
        british_columbia_standard_time America/Vancouver
        canada_central_standard_time America/Regina
        cape_verde_standard_time Atlantic/Cape_Verde
        caucasus_standard_time Asia/Yerevan
        cen._australia_standard_time Australia/Adelaide
        central_america_standard_time America/Guatemala
        central_asia_standard_time Asia/Bishkek
        central_brazilian_standard_time America/Cuiaba
        central_europe_standard_time Europe/Budapest
        central_european_standard_time Europe/Warsaw
        central_pacific_standard_time Pacific/Guadalcanal
        central_standard_time America/Chicago
        central_standard_time_(mexico) America/Mexico_City
        chatham_islands_standard_time Pacific/Chatham
        china_standard_time Asia/Shanghai
        cuba_standard_time America/Havana
        dateline_standard_time Etc/GMT+12
        e._africa_standard_time Africa/Nairobi
        e._australia_standard_time Australia/Brisbane
        e._europe_standard_time Europe/Chisinau
        e._south_america_standard_time America/Sao_Paulo
        easter_island_standard_time Pacific/Easter
        eastern_standard_time America/New_York
        eastern_standard_time_(mexico) America/Cancun
        egypt_standard_time Africa/Cairo
        ekaterinburg_standard_time Asia/Yekaterinburg
        fiji_standard_time Pacific/Fiji
        fle_standard_time Europe/Kiev
        georgian_standard_time Asia/Tbilisi
        gmt_standard_time Europe/London
        greenland_standard_time America/Godthab
        greenwich_standard_time Atlantic/Reykjavik
        gtb_standard_time Europe/Bucharest
        haiti_standard_time America/Port-au-Prince
        hawaiian_standard_time Pacific/Honolulu
        india_standard_time Asia/Calcutta
        iran_standard_time Asia/Tehran
        israel_standard_time Asia/Jerusalem
        jordan_standard_time Asia/Amman
        kaliningrad_standard_time Europe/Kaliningrad
        korea_standard_time Asia/Seoul
        libya_standard_time Africa/Tripoli
        line_islands_standard_time Pacific/Kiritimati
        lord_howe_standard_time Australia/Lord_Howe
        magadan_standard_time Asia/Magadan
        magallanes_standard_time America/Punta_Arenas
        manitoba_standard_time America/Winnipeg
        marquesas_standard_time Pacific/Marquesas
        mauritius_standard_time Indian/Mauritius
        middle_east_standard_time Asia/Beirut
        montevideo_standard_time America/Montevideo
        morocco_standard_time Africa/Casablanca
        mountain_standard_time America/Denver
        mountain_standard_time_(mexico) America/Mazatlan
        myanmar_standard_time Asia/Rangoon
        n._central_asia_standard_time Asia/Novosibirsk
        namibia_standard_time Africa/Windhoek
        nepal_standard_time Asia/Katmandu
        new_zealand_standard_time Pacific/Auckland
        newfoundland_standard_time America/St_Johns
        norfolk_standard_time Pacific/Norfolk
        north_asia_east_standard_time Asia/Irkutsk
        north_asia_standard_time Asia/Krasnoyarsk
        north_korea_standard_time Asia/Pyongyang
        omsk_standard_time Asia/Omsk
        pacific_sa_standard_time America/Santiago
        pacific_standard_time America/Los_Angeles
        pacific_standard_time_(mexico) America/Tijuana
        pakistan_standard_time Asia/Karachi
        paraguay_standard_time America/Asuncion
        qyzylorda_standard_time Asia/Qyzylorda
        romance_standard_time Europe/Paris
        russia_time_zone_10 Asia/Srednekolymsk
        russia_time_zone_11 Asia/Kamchatka
        russia_time_zone_3 Europe/Samara
        russian_standard_time Europe/Moscow
        sa_eastern_standard_time America/Cayenne
        sa_pacific_standard_time America/Bogota
        sa_western_standard_time America/La_Paz
        saint_pierre_standard_time America/Miquelon
        sakhalin_standard_time Asia/Sakhalin
        samoa_standard_time Pacific/Apia
        sao_tome_standard_time Africa/Sao_Tome
        saratov_standard_time Europe/Saratov
        se_asia_standard_time Asia/Bangkok
        singapore_standard_time Asia/Singapore
        south_africa_standard_time Africa/Johannesburg
        south_sudan_standard_time Africa/Juba
        sri_lanka_standard_time Asia/Colombo
        sudan_standard_time Africa/Khartoum
        syria_standard_time Asia/Damascus
        taipei_standard_time Asia/Taipei
        tasmania_standard_time Australia/Hobart
        tocantins_standard_time America/Araguaina
        tokyo_standard_time Asia/Tokyo
        tomsk_standard_time Asia/Tomsk
        tonga_standard_time Pacific/Tongatapu
        transbaikal_standard_time Asia/Chita
        turkey_standard_time Europe/Istanbul
        turks_and_caicos_standard_time America/Grand_Turk
        ulaanbaatar_standard_time Asia/Ulaanbaatar
        us_eastern_standard_time America/Indianapolis
        us_mountain_standard_time America/Phoenix
        utc Etc/UTC
        utc+12 Etc/GMT-12
        utc+13 Etc/GMT-13
        utc-02 Etc/GMT+2
        utc-08 Etc/GMT+8
        utc-09 Etc/GMT+9
        utc-11 Etc/GMT+11
        venezuela_standard_time America/Caracas
        vladivostok_standard_time Asia/Vladivostok
        volgograd_standard_time Europe/Volgograd
        w._australia_standard_time Australia/Perth
        w._central_africa_standard_time Africa/Lagos
        w._europe_standard_time Europe/Berlin
        w._mongolia_standard_time Asia/Hovd
        west_asia_standard_time Asia/Tashkent
        west_bank_standard_time Asia/Hebron
        west_pacific_standard_time Pacific/Port_Moresby
        yakutsk_standard_time Asia/Yakutsk
        yukon_standard_time America/Whitehorse

        """)
  }
}
